"""What a month of tlscheck costs: requests of real sweeps, counted, at list prices."""
