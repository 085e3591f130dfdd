variable "name" {
  description = "Name of the bucket."
  type        = string
}

variable "retention_years" {
  description = "Years a record cannot be changed or deleted. Financial records: ten; check the archive schedule (JRA)."
  type        = number
}

variable "lock_mode" {
  description = "COMPLIANCE: nobody can shorten it. GOVERNANCE: an administrator can."
  type        = string

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], var.lock_mode)
    error_message = "lock_mode must be COMPLIANCE or GOVERNANCE."
  }
}
