"""What every stage uses: parameters, files, arguments and refusals."""
