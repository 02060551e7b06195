import { Skeleton } from 'antd';

/** The shape of a page while its code or data is on the way. */
export function PageSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <Skeleton active title={{ width: '40%' }} paragraph={{ rows: 2 }} />
      <Skeleton active title={false} paragraph={{ rows: 8 }} />
    </div>
  );
}
