"""Which part is in view, and how it moves: by anchor, by wheel, by glide, and never by itself."""
