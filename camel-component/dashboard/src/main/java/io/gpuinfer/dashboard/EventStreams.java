package io.gpuinfer.dashboard;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The pages that are open: each has a stream of server-sent events. An event is written down once
 * for all of them. No thread waits for a page that reads slowly.
 */
final class EventStreams implements AutoCloseable {

  private static final int MOST = 32;

  private final Set<EventStream> open = new HashSet<>();
  private int places = MOST;

  /**
   * Takes a place, to be given back by {@link #leave}.
   *
   * @throws Refusal when there is none
   */
  synchronized void enter() {
    if (places == 0) {
      throw Refusal.busy(
          "%d pages are open, and no more may be; close one, or read GET live now and then"
              .formatted(MOST));
    }
    places--;
  }

  synchronized void leave() {
    places++;
  }

  synchronized void add(EventStream stream) {
    open.add(stream);
  }

  /** A stream has ended, and its place is free. */
  synchronized void remove(EventStream stream) {
    open.remove(stream);
    leave();
  }

  /** Sends an event to all. */
  void send(String event, Object data) {
    Set<EventStream> all = all();
    if (!all.isEmpty()) {
      byte[] written = written(event, data);
      all.forEach(stream -> stream.offer(written));
    }
  }

  /** A copy, as a stream that is ended is taken out. */
  private synchronized Set<EventStream> all() {
    return Set.copyOf(open);
  }

  /** JSON has no line breaks, which would end an event. */
  private static byte[] written(String event, Object data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("event: %s\ndata: ".formatted(event).getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(Json.write(data));
    bytes.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    all().forEach(EventStream::end);
  }
}
