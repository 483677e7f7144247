package io.gpuinfer.samples.edge;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process of its own, whose output is a file. */
final class Child implements AutoCloseable {

  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path TARGET = HOME.resolve("target");

  private final Process process;
  private final Path log;

  private Child(String name, List<String> arguments) throws IOException {
    log = TARGET.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    process =
        new ProcessBuilder(command)
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  /**
   * The broker, as {@code run} starts it.
   *
   * @param port where it listens, on the loopback address
   * @param data a folder for what it remembers, or where one before it left that
   */
  static Child broker(int port, Path data) throws IOException {
    return new Child(
        "broker",
        List.of(
            "-Xmx200m",
            "-Dorg.slf4j.simpleLogger.log.org.apache.activemq.audit=warn",
            "-Dbroker.port=" + port,
            "-Dbroker.data=" + data,
            "-cp",
            Files.readString(TARGET.resolve("broker.classpath")).strip(),
            "org.apache.activemq.artemis.core.server.embedded.Main",
            HOME.resolve("src/broker").toString()));
  }

  /**
   * The application.
   *
   * @param name what its log is called
   * @param options to Java, beside those of {@code jvm.options}
   */
  static Child application(String name, List<String> options) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add("@jvm.options");
    arguments.addAll(options);
    arguments.add("-jar");
    arguments.add("target" + File.separator + "gpu-infer-edge.jar");
    return new Child(name, arguments);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What the process took of the processors so far. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process as kill -9 does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends the process as kill does, and gives its exit status. */
  int stop(Duration longest) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
      throw new IllegalStateException("It did not end within " + longest + ":\n" + log());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
