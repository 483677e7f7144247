package io.gpuinfer.benchmarks;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** Tells a waiting person what is going on, on another stream than the results. */
public final class Progress {

  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);

  private final PrintStream stream;
  private String step = "";
  private long lastShown;

  public Progress(PrintStream stream) {
    this.stream = stream;
  }

  /** A line of its own. */
  public void say(String line) {
    stream.println("  " + line);
    lastShown = System.nanoTime();
  }

  /** A step begins that may take a while. */
  public void step(String what) {
    step = what;
    say(what);
  }

  /** Some of the step is done; shown when nothing was for two seconds. */
  public void advanced(int done, int of) {
    if (System.nanoTime() - lastShown >= INTERVAL) {
      say(step + ": " + done + " of " + of);
    }
  }
}
