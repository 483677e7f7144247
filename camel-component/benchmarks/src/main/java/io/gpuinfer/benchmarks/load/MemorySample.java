package io.gpuinfer.benchmarks.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The memory of this process.
 *
 * @param seconds since the start of the soak
 * @param heap bytes in use after a collection
 * @param resident bytes of the process in main memory; 0 where the system does not tell
 */
record MemorySample(double seconds, long heap, long resident) {

  private static final Path STATUS = Path.of("/proc/self/status");

  static MemorySample now(double seconds) throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new MemorySample(seconds, heap, residentBytes());
  }

  private static long residentBytes() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }
}
