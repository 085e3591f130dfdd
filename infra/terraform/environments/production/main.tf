# One office's installation. Personal data stays in Indonesia: PP 71/2019 art. 20.

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project     = "jamsos"
      environment = var.environment
    }
  }
}

locals {
  name = "jamsos-${var.office}-${var.environment}"
}

module "network" {
  source = "../../modules/network"

  name       = local.name
  cidr_block = var.cidr_block
}

module "records" {
  source = "../../modules/records"

  name            = "${local.name}-records"
  retention_years = var.retention_years
  lock_mode       = var.lock_mode
}

module "service" {
  source = "../../modules/service"

  name               = local.name
  vpc_id             = module.network.vpc_id
  public_subnet_ids  = module.network.public_subnet_ids
  private_subnet_ids = module.network.private_subnet_ids
  certificate_arn    = var.certificate_arn
  image              = var.image
  cpu                = var.cpu
  memory_mib         = var.memory_mib
  container_count    = var.container_count
  is_protected       = var.is_protected

  environment = {
    # the balancer tells who asks; limits count by that address
    JAMSOS_API_PROXIES = var.cidr_block
    JAMSOS_GRAPHIQL    = tostring(var.is_graphiql_served)
  }

  secret_arns = var.secret_arns
}

module "database" {
  source = "../../modules/database"

  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = [module.service.security_group_id]
  engine_version            = var.engine_version
  instance_class            = var.instance_class
  storage_gib               = var.storage_gib
  is_multi_az               = var.is_multi_az
  is_protected              = var.is_protected
  backup_days               = var.backup_days
}
