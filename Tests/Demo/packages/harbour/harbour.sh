#!/bin/sh
echo "Signed, sealed, delivered."
