"""A sweep in one process, by the rights of whoever runs it: nothing is deployed, and nothing written in AWS."""
