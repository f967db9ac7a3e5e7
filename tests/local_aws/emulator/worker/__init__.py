"""What runs inside an emulated Lambda: started as a program, with nothing of this project importable."""
