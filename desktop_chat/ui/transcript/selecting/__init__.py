"""What is selected, by mouse and by keys, and what is copied or dragged out of it."""
