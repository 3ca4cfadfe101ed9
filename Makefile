ask:
	.venv/bin/python -m bot ask "When did Putin first receive Min Aung Hlaing?"
