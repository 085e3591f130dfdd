variable "name" {
  description = "Name of the network and prefix of its parts."
  type        = string
}

variable "cidr_block" {
  description = "Address range of the network, a /16."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr_block, 0)) && endswith(var.cidr_block, "/16")
    error_message = "cidr_block must be a /16, like 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "How many availability zones to use; the database's standby needs at least two."
  type        = number
  default     = 2

  validation {
    condition     = var.zone_count >= 2 && var.zone_count <= 3
    error_message = "zone_count must be 2 or 3."
  }
}
