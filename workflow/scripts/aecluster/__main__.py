from aecluster.commands.line import main

main()
