"""Would this client survive? What happens, why, and what to change."""
