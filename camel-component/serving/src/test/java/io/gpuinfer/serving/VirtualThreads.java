package io.gpuinfer.serving;

import io.gpuinfer.serving.device.DeviceThread;
import io.gpuinfer.serving.device.ServerThreads;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Time and threads that exist only as events on one thread: nothing happens by chance, and an hour
 * takes no time.
 */
final class VirtualThreads implements ServerThreads {

  /** What a call that never comes back takes. */
  static final long FOREVER = Long.MAX_VALUE;

  /** Events without time going on, beyond which it will not go on any more. */
  private static final int MOST_AT_ONCE = 100_000;

  private static final class Event {
    private final long time;
    private final long number;
    private final Runnable action;
    private boolean cancelled;

    private Event(long time, long number, Runnable action) {
      this.time = time;
      this.number = number;
      this.action = action;
    }
  }

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.<Event>comparingLong(event -> event.time)
              .thenComparingLong(event -> event.number));
  private long now;
  private long numbers;
  private long spent;
  private int atOnce;
  private boolean onDevice;

  /** The work of a device sees the time that it has spent, which has not passed for others yet. */
  @Override
  public long nanoTime() {
    return onDevice && spent != FOREVER ? now + spent : now;
  }

  @Override
  public long epochMillis() {
    return now / 1_000_000;
  }

  @Override
  public Runnable schedule(long delayNanos, Runnable action) {
    Event event = new Event(now + delayNanos, numbers++, action);
    events.add(event);
    return () -> event.cancelled = true;
  }

  @Override
  public void complete(Runnable completion) {
    schedule(0, completion);
  }

  /** Lets what goes on now take so long: the work of a device, or else the test itself. */
  void spend(long nanos) {
    if (!onDevice) {
      runUntil(now + nanos);
    } else if (nanos == FOREVER || spent == FOREVER) {
      spent = FOREVER;
    } else {
      spent += nanos;
    }
  }

  /** Whether the code that runs now runs on the thread of a device. */
  boolean isOnDevice() {
    return onDevice;
  }

  @Override
  public DeviceThread newDeviceThread(String name) {
    return new VirtualDevice();
  }

  /** Lets everything happen that is to happen until then. */
  void runUntil(long time) {
    while (!events.isEmpty() && events.peek().time <= time) {
      Event event = events.poll();
      if (!event.cancelled) {
        atOnce = event.time > now ? 0 : atOnce + 1;
        if (atOnce > MOST_AT_ONCE) {
          throw new AssertionError("At " + now + " ns, one thing leads to another for ever");
        }
        now = Math.max(now, event.time);
        event.action.run();
      }
    }
    now = Math.max(now, time);
  }

  private final class VirtualDevice implements DeviceThread {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    @Override
    public <T> void execute(Supplier<T> work, Consumer<T> done) {
      waiting.add(() -> start(work, done));
      next();
    }

    private void next() {
      if (!busy && !waiting.isEmpty()) {
        busy = true;
        schedule(0, waiting.poll());
      }
    }

    private <T> void start(Supplier<T> work, Consumer<T> done) {
      spent = 0;
      T result = onDevice(work);
      if (spent == FOREVER) {
        return; // busy it stays
      }
      long took = spent;
      schedule(
          took,
          () -> {
            spent = 0;
            onDevice(
                () -> {
                  done.accept(result);
                  return null;
                });
            busy = false;
            next();
          });
    }

    private <T> T onDevice(Supplier<T> work) {
      onDevice = true;
      try {
        return work.get();
      } finally {
        onDevice = false;
      }
    }

    @Override
    public void end() {
      // nothing to give back
    }
  }
}
