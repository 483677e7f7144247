package io.gpuinfer.engine.opencl;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the JVM's signal handlers where they are, although PoCL is the device.
 *
 * <p>A JVM on Linux stops its threads by letting them read a forbidden page, and handles the signal
 * SIGSEGV that follows. PoCL's compiler, LLVM, puts handlers of its own in the place of the JVM's.
 * They take that for a crash: they delete the files of the compilation that is going on, and when
 * two threads are stopped at the same moment, the process ends.
 *
 * <p>LLVM puts its handlers in place once, when PoCL lists its devices, and again only after one of
 * them was called. So the handlers from before are put back as soon as the devices are listed, and
 * LLVM, which knows nothing of it, leaves them there. What is left is the time of that listing,
 * about a tenth of a second; the JVM's {@code libjsig.so} guards it too, and is left alone.
 */
final class SignalGuard {

  private static final Logger LOG = LoggerFactory.getLogger(SignalGuard.class);
  private static final int SEGV = 11;

  /** A function of LLVM's C interface which puts its handlers in place, unless they are. */
  private static final String REGISTER = "LLVMEnablePrettyStackTrace";

  /** {@code RTLD_LAZY | RTLD_NOLOAD}: only what is in the process already. */
  private static final int OPEN_LOADED = 1 | 4;

  /** Made before devices are listed; null where handlers cannot be read, or need no guard. */
  private static final SignalGuard GUARD = make();

  private final SignalHandlers handlers;

  /** What was in place before, by signal. */
  private final Map<Integer, Memory> before = new TreeMap<>();

  private boolean holds;

  private SignalGuard(SignalHandlers handlers) {
    this.handlers = handlers;
    for (int signal = 1; signal <= SignalHandlers.LAST; signal++) {
      Memory handler = handlers.get(signal);
      if (handler != null) {
        before.put(signal, handler);
      }
    }
  }

  private static SignalGuard make() {
    if (!System.getProperty("os.name").equals("Linux") || SignalChaining.isLoaded()) {
      return null;
    }
    try {
      SignalGuard guard = new SignalGuard(new SignalHandlers());
      return guard.isCompilers(LoadedLibraries.now(), SEGV) ? null : guard; // it came too late
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("Signal handlers cannot be read", e);
      return null;
    }
  }

  /** Lists devices, and puts back what was in place before. */
  static void during(Runnable listing) {
    try {
      listing.run();
    } finally {
      if (GUARD != null) {
        GUARD.putBack();
      }
    }
  }

  /** Whether LLVM's handlers were there and are gone for good. */
  static boolean holds() {
    return GUARD != null && GUARD.isHolding();
  }

  private synchronized boolean isHolding() {
    return holds;
  }

  private synchronized void putBack() {
    try {
      if (!holds) {
        putBackNow();
      }
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("Signal handlers cannot be put back", e);
    }
  }

  private void putBackNow() {
    LoadedLibraries libraries = LoadedLibraries.now();
    if (!isCompilers(libraries, SEGV)) { // one was called meanwhile, or PoCL has yet to need them
      libraries.named("libLLVM").forEach(SignalGuard::register);
    }
    holds = isCompilers(libraries, SEGV);
    putBack(libraries, SEGV); // the one that is met first
    before.keySet().forEach(signal -> putBack(libraries, signal));
  }

  private void putBack(LoadedLibraries libraries, int signal) {
    if (isCompilers(libraries, signal)) {
      handlers.set(signal, before.get(signal));
    }
  }

  /** Whether a signal's handler is in LLVM, or in PoCL where that has LLVM in itself. */
  private boolean isCompilers(LoadedLibraries libraries, int signal) {
    Memory handler = handlers.get(signal);
    String library = handler == null ? "" : libraries.nameAt(SignalHandlers.address(handler));
    return library.contains("LLVM") || library.contains("pocl");
  }

  private static void register(String library) {
    try {
      NativeLibrary.getInstance(library, Map.of(Library.OPTION_OPEN_FLAGS, OPEN_LOADED))
          .getFunction(REGISTER)
          .invokeVoid(new Object[0]);
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("{} has no {}", library, REGISTER, e);
    }
  }
}
