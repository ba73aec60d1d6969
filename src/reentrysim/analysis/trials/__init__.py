"""Published trials run again inside the model: files, arms, the place that a control arm shows, predictions, scores."""
