package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users of PoCL to load {@code libjsig.so} first.
 *
 * <p>A JVM on Linux stops its threads by letting them read a forbidden page, and handles the signal
 * SIGSEGV that follows. PoCL's compiler, LLVM, puts a handler of its own in that place for the time
 * of a compilation. It deletes the compilation's files when a thread is stopped; and when two are
 * stopped at the same moment, the process ends. The JVM's library {@code libjsig.so} keeps such
 * handlers out, but has to be loaded before all others.
 */
final class SignalChaining {

  private static final Logger LOG = LoggerFactory.getLogger(SignalChaining.class);
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private SignalChaining() {}

  /** Warns once, if the device is PoCL's and nothing keeps its handlers out. */
  static void warnIfMissing(DeviceInfo device) {
    if (device.kind() == DeviceKind.OPENCL_CPU
        && device.driver().contains("PoCL")
        && Files.isReadable(MAPS)
        && !isLoaded()
        && SAID.compareAndSet(false, true)) {
      LOG.warn(
          "PoCL takes over signals of the JVM while it compiles, which can end the process or make"
              + " a compilation fail; start Java with LD_PRELOAD={}/lib/libjsig.so",
          System.getProperty("java.home"));
    }
  }

  /** Whether {@code libjsig.so} is in this process. */
  static boolean isLoaded() {
    try {
      return Files.readString(MAPS, StandardCharsets.ISO_8859_1).contains("libjsig");
    } catch (IOException e) {
      return false;
    }
  }
}
