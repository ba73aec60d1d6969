"""Who acts: columns of participants and mentors, how they come about, and their views as Mesa agents."""
