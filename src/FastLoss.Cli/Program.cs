using FastLoss.Cli;

return Tool.Run(args, Console.Out, Console.Error);
