"""Access: which agencies ask, what they may do, how far they see, and the trail of what they did."""
