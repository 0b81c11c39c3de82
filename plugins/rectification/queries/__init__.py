"""What pages ask. Every question begins with the scope: the units the person may see."""
