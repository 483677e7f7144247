package io.gpuinfer.serving.admission;

import io.gpuinfer.serving.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A queue of limited length that hands out higher priorities first, and within one priority the
 * oldest first. Not thread-safe: its owner guards it.
 *
 * @param <E> what waits
 */
public final class BoundedQueue<E> {

  private final int capacity;
  private final Map<Priority, Deque<E>> waiting = new EnumMap<>(Priority.class);
  private int size;

  public BoundedQueue(int capacity) {
    this.capacity = capacity;
    for (Priority priority : Priority.values()) {
      waiting.put(priority, new ArrayDeque<>());
    }
  }

  /** Appends an element, or answers false when the queue is full. */
  public boolean offer(E element, Priority priority) {
    if (size >= capacity) {
      return false;
    }
    add(element, priority);
    return true;
  }

  /** Appends an element even where the queue is full. */
  public void add(E element, Priority priority) {
    waiting.get(priority).add(element);
    size++;
  }

  /** The element to serve next, left in the queue; null when it is empty. */
  public E peek() {
    for (Deque<E> line : waiting.values()) {
      if (!line.isEmpty()) {
        return line.peek();
      }
    }
    return null;
  }

  /** Takes the element to serve next; null when the queue is empty. */
  public E poll() {
    for (Deque<E> line : waiting.values()) {
      if (!line.isEmpty()) {
        size--;
        return line.poll();
      }
    }
    return null;
  }

  /** Takes out every element that fits, in the order of service. */
  public List<E> removeIf(Predicate<E> fits) {
    List<E> removed = new ArrayList<>();
    for (Deque<E> line : waiting.values()) {
      for (Iterator<E> each = line.iterator(); each.hasNext(); ) {
        E element = each.next();
        if (fits.test(element)) {
          each.remove();
          removed.add(element);
        }
      }
    }
    size -= removed.size();
    return removed;
  }

  /** Puts an element before all others of its priority, even where the queue is full. */
  public void putBack(E element, Priority priority) {
    waiting.get(priority).addFirst(element);
    size++;
  }

  /** Takes the youngest element of the lowest priority below the given one; null without any. */
  public E pollLast(Priority above) {
    Priority[] priorities = Priority.values();
    for (int i = priorities.length - 1; i > above.ordinal(); i--) {
      E last = waiting.get(priorities[i]).pollLast();
      if (last != null) {
        size--;
        return last;
      }
    }
    return null;
  }

  /** All elements in the order of service. */
  public List<E> elements() {
    List<E> all = new ArrayList<>(size);
    waiting.values().forEach(all::addAll);
    return all;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }
}
