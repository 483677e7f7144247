package io.gpuinfer.serving.admission;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.batch.Job;
import io.gpuinfer.serving.batch.Part;
import io.gpuinfer.serving.batch.WorkEstimate;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What waits for a device, with the work that it is. Not thread-safe: its owner guards it.
 *
 * <p>Bounded in requests by {@link #isFull}; the parts of one request all wait, or none.
 */
public final class WaitingLine {

  private final int capacity;
  private final WorkEstimate estimate;
  private final BoundedQueue<Part> queue = new BoundedQueue<>(Integer.MAX_VALUE);
  private final Map<Part, Double> works = new IdentityHashMap<>();
  private final double[] queuedWork = new double[Priority.values().length];
  private final int[] queuedRows = new int[Priority.values().length];
  private final Map<Job, Integer> jobs = new IdentityHashMap<>();

  /**
   * @param capacity requests that may wait
   */
  public WaitingLine(int capacity, WorkEstimate estimate) {
    this.capacity = capacity;
    this.estimate = estimate;
  }

  /** Whether as many requests wait as may. */
  public boolean isFull() {
    return jobs.size() >= capacity;
  }

  /** Requests that wait, in whole or in part. */
  public int jobs() {
    return jobs.size();
  }

  public boolean isEmpty() {
    return queue.isEmpty();
  }

  /** The work of all that waits. */
  public double work() {
    double work = 0;
    for (double one : queuedWork) {
      work += one;
    }
    return work;
  }

  /** The work of what waits and would be served before a newcomer of that priority. */
  public double workBefore(Priority priority) {
    double work = 0;
    for (int i = 0; i <= priority.ordinal(); i++) {
      work += queuedWork[i];
    }
    return work;
  }

  /** The rows of what waits and would be served before a newcomer of that priority. */
  public int rowsBefore(Priority priority) {
    int rows = 0;
    for (int i = 0; i <= priority.ordinal(); i++) {
      rows += queuedRows[i];
    }
    return rows;
  }

  /** Whether a request waits that one of this priority could take the place of. */
  public boolean hasBelow(Priority priority) {
    for (int i = priority.ordinal() + 1; i < queuedRows.length; i++) {
      if (queuedRows[i] > 0) {
        return true;
      }
    }
    return false;
  }

  public void add(Job job) {
    for (Part part : job.parts()) {
      queue.offer(part, job.priority());
      enter(part);
    }
  }

  /** Puts parts that could not be run before all others of their priority. */
  public void putBack(List<Part> parts) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      queue.putBack(parts.get(i), parts.get(i).job().priority());
      enter(parts.get(i));
    }
  }

  /** What waits, in the order of service. */
  public List<Part> parts() {
    return queue.elements();
  }

  public void removeAll(List<Part> parts) {
    if (parts.size() == 1 && queue.peek() == parts.get(0)) {
      leave(queue.poll());
      return;
    }
    Map<Part, Boolean> gone = new IdentityHashMap<>();
    parts.forEach(part -> gone.put(part, true));
    queue.removeIf(gone::containsKey).forEach(this::leave);
  }

  /** Takes out the requests with a part that fits. */
  public List<Job> removeIf(Predicate<Part> fits) {
    List<Job> removed = new ArrayList<>();
    Map<Job, Boolean> seen = new IdentityHashMap<>();
    queue
        .removeIf(fits)
        .forEach(
            part -> {
              leave(part);
              if (seen.put(part.job(), true) == null) {
                removed.add(part.job());
              }
            });
    return removed;
  }

  /** Takes out the youngest request of the lowest priority below the given one; null without. */
  public Job shedBelow(Priority priority) {
    Part last = queue.pollLast(priority);
    if (last == null) {
      return null;
    }
    leave(last);
    removeIf(part -> part.job() == last.job());
    return last.job();
  }

  private void enter(Part part) {
    double work = estimate.of(part);
    works.put(part, work);
    queuedWork[part.job().priority().ordinal()] += work;
    queuedRows[part.job().priority().ordinal()] += part.rows();
    jobs.merge(part.job(), 1, Integer::sum);
  }

  private void leave(Part part) {
    int line = part.job().priority().ordinal();
    queuedRows[line] -= part.rows();
    // Rounding must not leave a rest.
    double left = queuedWork[line] - works.remove(part);
    queuedWork[line] = queuedRows[line] == 0 ? 0 : left;
    jobs.computeIfPresent(part.job(), (job, count) -> count == 1 ? null : count - 1);
  }
}
