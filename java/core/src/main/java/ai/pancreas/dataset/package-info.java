/**
 * Training data: cases found in folders, checked, resampled and kept in a cache that training
 * reads.
 */
package ai.pancreas.dataset;
