"""aws-requests-auth, as of 0.4: signs what requests sends."""
