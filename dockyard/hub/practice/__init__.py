"""Practice images: small stand-ins for Docker Hub's, made from recipes and packages."""
