"""What is handed out: releases and their description."""
