"""Between a build and a stack: `make build` ties a build to its processor, `make package` hands it on."""
