package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users of PoCL to load {@code libjsig.so} first, where {@link SignalGuard} cannot keep the
 * JVM's signal handlers in place: that library keeps others' out, but has to be loaded before all
 * others.
 */
public final class SignalChaining {

  private static final Logger LOG = LoggerFactory.getLogger(SignalChaining.class);
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private SignalChaining() {}

  /** Warns once, if the device is PoCL's and nothing keeps its handlers out. */
  public static void warnIfMissing(DeviceInfo device) {
    if (device.kind() == DeviceKind.OPENCL_CPU
        && device.driver().contains("PoCL")
        && Files.isReadable(MAPS)
        && !isLoaded()
        && !SignalGuard.holds()
        && SAID.compareAndSet(false, true)) {
      LOG.warn(
          "PoCL takes over signals of the JVM, which can end the process or make"
              + " a compilation fail; start Java with LD_PRELOAD={}/lib/libjsig.so",
          System.getProperty("java.home"));
    }
  }

  /** Whether {@code libjsig.so} is in this process. */
  static boolean isLoaded() {
    return !LoadedLibraries.now().named("libjsig").isEmpty();
  }
}
