package io.gpuinfer.load;

import io.gpuinfer.serving.Priority;
import java.util.List;
import java.util.SplittableRandom;

/** An endless sequence of requests, the same for the same seed. Several callers may share it. */
public final class RequestSequence {

  private final List<Object> bodies;
  private final PriorityMix mix;
  private final SplittableRandom random;
  private int next;

  public RequestSequence(List<?> bodies, PriorityMix mix, long seed) {
    this.bodies = List.copyOf(bodies);
    this.mix = mix;
    this.random = new SplittableRandom(seed);
  }

  public synchronized Request next() {
    Priority priority = mix.draw(random);
    Object body = bodies.get(next);
    next = (next + 1) % bodies.size();
    return new Request(body, priority);
  }
}
