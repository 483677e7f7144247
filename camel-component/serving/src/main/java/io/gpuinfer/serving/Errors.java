package io.gpuinfer.serving;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.serving.device.ServerThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest errors of a server. Not thread-safe: its owner guards it. */
final class Errors {

  private static final int REMEMBERED = 16;

  private final ServerThreads threads;
  private final Deque<ServerError> latest = new ArrayDeque<>();
  private int lastStatus;

  Errors(ServerThreads threads) {
    this.threads = threads;
  }

  void add(GpuInferException error) {
    latest.addLast(new ServerError(threads.epochMillis(), error.getMessage()));
    if (latest.size() > REMEMBERED) {
      latest.removeFirst();
    }
    if (error instanceof DeviceOfflineException offline) {
      lastStatus = offline.status();
    }
  }

  List<ServerError> latest() {
    return List.copyOf(latest);
  }

  /** What the last one said. */
  String last() {
    return latest.isEmpty() ? "nothing yet" : latest.getLast().message();
  }

  /** The OpenCL status of the last failure of a device. */
  int lastStatus() {
    return lastStatus;
  }
}
