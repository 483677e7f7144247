package io.gpuinfer.samples.fleet.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/** One Kafka broker, its own controller (KRaft), as a process that listens on loopback alone. */
final class KafkaBroker implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(2);

  private final Path folder;
  private final String classPath;
  private final int port;
  private final int controllerPort;
  private ChildProcess process;

  /**
   * Chooses ports, and starts nothing yet.
   *
   * @param folder for the broker's data, its options and its log
   * @param classPath of the broker
   */
  KafkaBroker(Path folder, String classPath) {
    this.folder = folder;
    this.classPath = classPath;
    List<Integer> ports = freePorts();
    port = ports.get(0);
    controllerPort = ports.get(1);
  }

  /** Host and port, whether or not it runs. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** Formats the folder, starts the broker and returns when it answers. */
  KafkaBroker start() {
    try {
      Path options = folder.resolve("server.properties");
      Files.createDirectories(folder);
      Files.writeString(options, options());
      format(options);
      process =
          new ChildProcess(
              "The broker",
              folder.resolve("broker.log"),
              List.of("-Xmx256m", "-cp", classPath, "kafka.Kafka", options.toString()),
              Map.of());
      process.await("Kafka Server started", LONGEST_START);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare the broker's folder " + folder, e);
    }
  }

  private void format(Path options) {
    List<String> arguments = new ArrayList<>(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    arguments.addAll(List.of("-cp", classPath, "kafka.tools.StorageTool", "format"));
    arguments.addAll(List.of("--standalone", "-t", Uuid.randomUuid().toString()));
    arguments.addAll(List.of("-c", options.toString()));
    try (ChildProcess format =
        new ChildProcess("The formatter", folder.resolve("format.log"), arguments, Map.of())) {
      format.awaitEnd(LONGEST_START);
    }
  }

  private String options() {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.bootstrap.servers=127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    controller.listener.names=CONTROLLER
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
    inter.broker.listener.name=PLAINTEXT
    log.dirs=%3$s
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=4
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    group.initial.rebalance.delay.ms=0
    auto.create.topics.enable=false
    """
        .formatted(port, controllerPort, folder.resolve("data").toAbsolutePath());
  }

  private static List<Integer> freePorts() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), other.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException("There is no free port on loopback", e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
