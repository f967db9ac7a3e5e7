"""What is found in files of clients: recorded, read by a person, and compared.

- `fixtures/*.txt`: of each format what is found in its files of tests/fixtures/client_files
- `cases/*.txt`: documents, each with what is found in it below

`python -m tests.recorded_files` writes the answers anew, without changing a document: read what git says of them.
"""
