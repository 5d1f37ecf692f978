from aecluster.commands import main

main()
