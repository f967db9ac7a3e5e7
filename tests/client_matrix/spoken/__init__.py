"""What clients are tried with, a module for each family of drivers"""
