package io.gpuinfer.serving;

/**
 * What became of the requests of a {@link ModelServer} since its start.
 *
 * <p>Once nothing waits or runs, {@code admitted = completed + failed + expired + cancelled}.
 *
 * @param admitted taken into the queue
 * @param completed answered
 * @param failed ended by an error of the request or the device
 * @param expired ended by their deadline
 * @param cancelled given up by their caller
 * @param rejected never taken: the queue was full or the device offline
 * @param waiting in the queue now
 */
public record ServerCounts(
    long admitted,
    long completed,
    long failed,
    long expired,
    long cancelled,
    long rejected,
    int waiting) {}
