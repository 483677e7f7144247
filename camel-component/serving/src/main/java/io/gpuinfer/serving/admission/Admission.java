package io.gpuinfer.serving.admission;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.Refusal;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.batch.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a request gets in. Where there is no room, the youngest request of the lowest
 * priority makes room for one of a higher priority. Not thread-safe: its owner guards it.
 */
public final class Admission {

  private final WaitingLine line;
  private final double queueWork;
  private final AdaptiveLimit limit;
  private final CoDel codel;
  private final Foresight foresight = new Foresight();

  /**
   * @param queueWork work that may wait; 0 for any
   */
  public Admission(WaitingLine line, double queueWork, AdaptiveLimit limit, CoDel codel) {
    this.line = line;
    this.queueWork = queueWork;
    this.limit = limit;
    this.codel = codel;
  }

  /**
   * Decides on a request that is about to come.
   *
   * @param work of the request
   * @param rows of the request
   * @param left nanoseconds until its deadline; {@link Long#MAX_VALUE} for none
   * @return why it does not get in; empty when it does, provided that {@link #makeRoom} is called
   */
  public Optional<Refusal> refusal(Priority priority, double work, int rows, long left, Load load) {
    if (left <= 0) {
      return Optional.of(Refusal.EXPIRED);
    } else if (load.state() == ServerState.OFFLINE) {
      return Optional.of(Refusal.OFFLINE);
    } else if (load.state() == ServerState.RECOVERING && load.inServer() >= load.most()) {
      return Optional.of(Refusal.RECOVERING);
    }
    boolean mayShed = line.hasBelow(priority);
    if (line.isFull() && !mayShed) {
      return Optional.of(Refusal.QUEUE_FULL);
    } else if (load.inServer() >= limit.limit() && !mayShed) {
      return Optional.of(Refusal.LIMIT);
    } else if (queueWork > 0 && !line.isEmpty() && line.workBefore(priority) + work > queueWork) {
      return Optional.of(Refusal.WORK_FULL);
    } else if (codel.isOverloaded() && priority == Priority.LOW) {
      return Optional.of(Refusal.SHED);
    }
    boolean waits = load.untilFree() > 0 || !line.isEmpty();
    double needed = answerNanos(priority, work, rows, load) * foresight.delay(priority, load.now());
    return waits && left != Long.MAX_VALUE && needed > left
        ? Optional.of(Refusal.HOPELESS)
        : Optional.empty();
  }

  /** Nanoseconds until a newcomer would be answered, if no other came after it. */
  public double answerNanos(Priority priority, double work, int rows, Load load) {
    return load.nanos(line.workBefore(priority) + work, line.rowsBefore(priority) + rows);
  }

  /** Sheds what has to go for one more request of that work to get in. */
  public List<Job> makeRoom(Priority priority, double work, int inServer) {
    List<Job> shed = new ArrayList<>();
    while (line.isFull()
        || inServer - shed.size() >= limit.limit()
        || (queueWork > 0 && !line.isEmpty() && line.work() + work > queueWork)) {
      Job job = line.shedBelow(priority);
      if (job == null) {
        break;
      }
      shed.add(job);
    }
    return shed;
  }

  /**
   * A request was answered, or its deadline passed.
   *
   * @param expected what {@link #answerNanos} had said; 0 when nothing was known
   * @param took nanoseconds since it came
   */
  public void ended(Priority priority, double expected, long took, long now) {
    if (expected > 0) {
      foresight.ended(priority, took / expected, now);
    }
  }
}
