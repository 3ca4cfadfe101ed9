"""A local Discord for tests: REST, gateway and files over real sockets on 127.0.0.1.

The real client connects to it by DISCORD_API_URL, DISCORD_GATEWAY_URL and DISCORD_CDN_URL.
`server.DiscordServer` is the front: it runs the sockets, acts as the members, and keeps what the
bot did wrong in ``violations``. Where Discord's documentation states a limit, `limits` holds it.
"""
