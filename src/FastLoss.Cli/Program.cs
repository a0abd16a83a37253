Console.WriteLine("fastloss");
