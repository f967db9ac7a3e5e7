"""What a door's event and environment must look like."""
