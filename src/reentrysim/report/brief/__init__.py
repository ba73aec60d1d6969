"""One page to print, and picture cards: the sentence, how sure it is, and where it comes from."""
