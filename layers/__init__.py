"""What we did not write, and how it is packed with what we did."""
