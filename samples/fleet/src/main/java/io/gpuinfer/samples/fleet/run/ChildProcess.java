package io.gpuinfer.samples.fleet.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java program as a process of this one, with its output in a file. It ends with this one. */
final class ChildProcess implements AutoCloseable {

  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  private final String name;
  private final Path log;
  private final Process process;

  /**
   * @param arguments of {@code java}
   * @param environment variables beside those of this process
   */
  ChildProcess(String name, Path log, List<String> arguments, Map<String, String> environment) {
    this.name = name;
    this.log = log;
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.command().addAll(arguments);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + name, e);
    }
    // This process may be told to end before it has closed its children.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * Waits until the log has a line with that text.
   *
   * @throws IllegalStateException when the process ends first, or takes longer than that
   */
  void await(String text, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    while (!log().contains(text)) {
      if (!process.isAlive() && !log().contains(text)) {
        throw failure(
            "ended with status %d before it said \"%s\"".formatted(process.exitValue(), text));
      }
      if (System.nanoTime() > end) {
        throw failure("did not say \"%s\" within %d s".formatted(text, longest.toSeconds()));
      }
      pause();
    }
  }

  /**
   * Waits until it has ended, as it should.
   *
   * @throws IllegalStateException when it takes longer than that, or has failed
   */
  void awaitEnd(Duration longest) {
    if (!waitForEnd(longest)) {
      throw failure("did not end within %d s".formatted(longest.toSeconds()));
    }
    if (process.exitValue() != 0) {
      throw failure("ended with status %d".formatted(process.exitValue()));
    }
  }

  private IllegalStateException failure(String what) {
    List<String> lines = log().lines().toList();
    String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    return new IllegalStateException("%s %s; the end of %s:%n%s".formatted(name, what, log, end));
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as {@code kill -9} does: it learns nothing of it, and tells nobody. */
  void kill() {
    process.destroyForcibly();
    waitForEnd(LONGEST_STOP);
  }

  /** Asks it to end, and kills it if it does not within half a minute. */
  @Override
  public void close() {
    process.destroy();
    if (!waitForEnd(LONGEST_STOP)) {
      process.destroyForcibly();
      waitForEnd(LONGEST_STOP);
    }
  }

  private boolean waitForEnd(Duration longest) {
    try {
      return process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
