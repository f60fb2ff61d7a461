#!/bin/sh
echo "Over here."
