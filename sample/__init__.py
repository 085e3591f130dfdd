"""The sample programme: invented people of Manggarai Barat, written to files as an office receives them."""
