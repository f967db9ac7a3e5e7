"""What others read: Security Hub findings and the summary of a sweep."""
