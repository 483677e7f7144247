package io.gpuinfer.benchmarks.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The most memory of this process while it is watched. */
final class MemoryWatch implements AutoCloseable {

  private static final Path STATUS = Path.of("/proc/self/status");

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> looking;
  private volatile long heap;
  private volatile long resident;

  MemoryWatch() {
    System.gc();
    looking = timer.scheduleAtFixedRate(this::look, 0, 20, TimeUnit.MILLISECONDS);
  }

  /** Bytes that were in use after a collection of garbage. */
  long heap() {
    return heap;
  }

  /** Bytes of main memory; 0 where the system does not tell. */
  long resident() {
    return resident;
  }

  @Override
  public void close() {
    looking.cancel(false);
    timer.shutdown();
    look();
  }

  private void look() {
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null) {
        used += pool.getCollectionUsage().getUsed();
      }
    }
    heap = Math.max(heap, used);
    resident = Math.max(resident, residentNow());
  }

  private static long residentNow() {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
