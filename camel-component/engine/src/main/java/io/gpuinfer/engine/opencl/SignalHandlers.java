package io.gpuinfer.engine.opencl;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** The signal handlers of this process, as {@code sigaction} gives and takes them. */
final class SignalHandlers {

  /** The last of the signals that are no real-time ones. */
  static final int LAST = 31;

  /** More than a {@code struct sigaction} has anywhere; nobody here knows what is in it. */
  private static final int STRUCT_BYTES = 512;

  private final Function sigaction = NativeLibrary.getProcess().getFunction("sigaction");

  /** What handles a signal, and how; null when the system tells it of none. */
  Memory get(int signal) {
    Memory handler = new Memory(STRUCT_BYTES);
    return sigaction.invokeInt(new Object[] {signal, null, handler}) == 0 ? handler : null;
  }

  void set(int signal, Memory handler) {
    sigaction.invokeInt(new Object[] {signal, handler, null});
  }

  /** Where the handler's function is; on Linux it is the first member of the structure. */
  static long address(Memory handler) {
    return Pointer.nativeValue(handler.getPointer(0));
  }
}
