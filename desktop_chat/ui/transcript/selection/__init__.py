"""What is selected, by mouse and by keyboard, and how it is copied or dragged out."""
