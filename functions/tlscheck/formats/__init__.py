"""Where people keep their connections: the files of tools and frameworks, one module a format."""
