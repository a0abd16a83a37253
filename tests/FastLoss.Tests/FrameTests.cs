namespace FastLoss.Tests;

public class FrameTests
{
    [Fact]
    public void Frame() => Assert.True(true);
}
